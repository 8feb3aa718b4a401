/* Whoever comes to log in starts without pages that this browser kept for someone else. */
if ("caches" in self) caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
