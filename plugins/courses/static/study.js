/* A step of a module: keeps it for reading offline, and says so when there is no network. */
const bar = document.querySelector("[data-offline]");
const tell = (away) => () => { bar.hidden = !away; };
addEventListener("offline", tell(true));
addEventListener("online", tell(false));
document.addEventListener("htmx:sendError", tell(true));
const worker = navigator.serviceWorker;
if (worker && bar.dataset.worker) {
  const parts = "link[rel=stylesheet],link[rel=icon],main img,script[src],a[data-keep]";
  const known = worker.controller;
  worker.register(bar.dataset.worker).catch(() => {});
  worker.ready.then((found) => {
    const urls = [...document.querySelectorAll(parts)].map((part) => part.href || part.src);
    const here = location.href.split(/[?#]/)[0];
    found.active.postMessage(known ? urls : [here, ...urls]);
  });
}
