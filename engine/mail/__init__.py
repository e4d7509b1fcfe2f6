"""From a row of the send ledger to a message accepted by a relay."""
