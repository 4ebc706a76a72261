"""The verifier API and its pages: what a consumer, an auditor or a program asks over HTTP. It only reads the mirror.

`create_app` in `verifier_api.app` builds the application. The JSON under `/v1` and the pages without the prefix say the
same things, because a page is made from the same values as the JSON.
"""
