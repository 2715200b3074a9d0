"""What residents write: freed of names and numbers, its language, tone, themes and words. Pure: texts in, frozen results out."""
