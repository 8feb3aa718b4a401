/* Keeps opened pages of modules for reading without a network. Its place in the site keeps it away
   from tests; log-out, log-in and any refusal throw away what it keeps. Recordings are not kept. */
const KEPT = "belajar", MOST = 200;
const PAGE = /\/belajar\/[^/]+\/\d+\/(\d+|cetak)$/;
const PARTS = ["image", "style", "script"];
const plain = (url) => url.split(/[?#]/)[0];
const find = (url) => caches.match(url, { ignoreVary: true });

async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(KEPT)).put(plain(request.url), answer.clone());
    else if (answer.status < 500) await caches.delete(KEPT);
    return answer;
  } catch (error) {
    const kept = await find(plain(request.url));
    if (!kept) throw error;
    const html = (await kept.text()).replace(" hidden data-offline", " data-offline");
    return new Response(html, { headers: kept.headers });
  }
}

async function keep(urls) {
  const cache = await caches.open(KEPT);
  await Promise.allSettled(urls.map(async (url) => (await find(url)) || cache.add(url)));
  const names = await cache.keys();
  await Promise.all(names.slice(0, Math.max(0, names.length - MOST)).map((n) => cache.delete(n)));
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  const ours = request.mode === "navigate" && PAGE.test(plain(request.url));
  if (ours && request.method === "GET") event.respondWith(page(request));
  else if (ours)
    event.respondWith(fetch(request).catch(() => Response.redirect(plain(request.url), 303)));
  else if (request.method === "GET" && PARTS.includes(request.destination))
    event.respondWith(find(request.url).then((kept) => kept || fetch(request)));
});
