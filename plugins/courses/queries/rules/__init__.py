"""Read models of rules: whom a condition means, previews, lists, runs."""
