"""The routes: JSON under `/v1` (`api_*`) and pages without the prefix (`page_*`)."""
