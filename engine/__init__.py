"""Wend: customer journeys that a company runs itself."""
