"""The bridge over HTTP: hooks, configuration page, API, health."""
