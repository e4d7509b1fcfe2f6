"""What moves people: enroll, ingest, groups, stages, publish, pause, simulate, and the clocks that need no Temporal."""
