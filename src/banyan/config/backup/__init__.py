"""A site in one file, and back again: the dump, the uploaded files, and a manifest to check both by."""
