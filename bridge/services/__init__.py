"""What people and programs can do: the one implementation behind the API, the pages and the commands."""
