"""Sources that are described instead of programmed: what is read, verified and mapped is data."""
