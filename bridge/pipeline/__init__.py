"""The way of a webhook: receive, route, deliver."""
