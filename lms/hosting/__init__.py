"""Parts of the WSGI host: which agencies there are, their apps, and the host's own pages."""
