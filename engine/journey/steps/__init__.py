"""One module per step kind: its fields, its checks and how it decides."""
