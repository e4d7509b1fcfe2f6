"""A version compiled: stages, content hash and `decide`. Pure."""
