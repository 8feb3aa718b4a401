"""Pure rules of the courses plugin: choosing, reasons, steps, progress, learning hours."""
