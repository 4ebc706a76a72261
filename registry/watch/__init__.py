"""What an operator watches: figures for Prometheus, log lines, whether the mirror may be asked. The only package that
imports prometheus_client."""
