"""The worlds: TOML files, their schema, the loader."""
