"""Pure decisions about a hall: ``rule(hall, now, **details) -> events`` or a Refusal."""
