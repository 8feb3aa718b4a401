"""Messages to people: on the site, by e-mail, and through channels of plugins."""
