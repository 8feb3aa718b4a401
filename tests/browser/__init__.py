"""What a person does, in a real browser on a phone's screen, against the served demo."""
