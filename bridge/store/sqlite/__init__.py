"""The embedded engine: SQLite through aiosqlite, with one writer that commits whatever waits as one transaction."""
