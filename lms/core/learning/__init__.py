"""What people should be able to do, what they showed, what is next."""
