"""Courses: content, assignment from gaps, study, learning hours (JP)."""
