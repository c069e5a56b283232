// Draws the maps of a page: the city's own streets or tiles below, cases as points or heaps above. The list beside says the same.
import * as L from "./vendor/leaflet/leaflet-src.esm.js";

const COLOURS = { open: "#d97a00", in_progress: "#1273a3", fixed: "#2b8a3e", closed: "#7a828a", duplicate: "#7a828a", not_ours: "#7a828a" };
const NAMES_FROM = 15;
const WHOLE_CITY = 13;
const CLOSE = 17;

const place = (text) => text.split(",").map(Number);

/** A map with its base; without tiles, the streets are drawn and named from close by. */
function begin(box) {
  const { tiles, attribution, streets, zoomIn, zoomOut } = box.dataset;
  const map = L.map(box, { zoomControl: false, attributionControl: Boolean(attribution), preferCanvas: false });
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  if (tiles) L.tileLayer(tiles, { attribution: "", maxZoom: 19 }).addTo(map);
  if (attribution && map.attributionControl) map.attributionControl.setPrefix(false).addAttribution(escaped(attribution));
  if (streets) drawStreets(map, streets);
  return map;
}

/** Text as markup that shows it; Leaflet takes markup for an attribution. */
function escaped(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element.innerHTML;
}

async function drawStreets(map, address) {
  const answer = await fetch(address);
  if (!answer.ok) return;
  const layer = L.geoJSON(await answer.json(), { interactive: false, style: { color: "#b9b2a3", weight: 3, opacity: 1 } }).addTo(map);
  layer.bringToBack();
  const names = () => nameStreets(map, layer);
  map.on("zoomend moveend", names);
  if (!map._loaded && layer.getLayers().length) map.fitBounds(layer.getBounds());
  names();
}

/** Each street that is in sight has its name once, when one is close enough to read it. */
function nameStreets(map, layer) {
  const near = map._loaded && map.getZoom() >= NAMES_FROM;
  const named = new Set();
  layer.eachLayer((street) => {
    const name = street.feature.properties.name;
    const show = near && !named.has(name) && map.getBounds().intersects(street.getBounds());
    if (show) named.add(name);
    if (show && !street.getTooltip()) {
      const label = document.createElement("span");
      label.textContent = name;
      street.bindTooltip(label, { permanent: true, direction: "center", className: "street-name" });
    } else if (!show && street.getTooltip()) street.unbindTooltip();
  });
}

function circle(at, status, late) {
  return L.circleMarker(at, { radius: 8, color: late ? "#9c1c1c" : "#fff", weight: late ? 4 : 2, fillColor: COLOURS[status] || COLOURS.closed, fillOpacity: 1 });
}

function words(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function popup(box, point) {
  const content = document.createElement("div");
  const link = words("a", point.number);
  link.href = box.dataset.case + encodeURIComponent(point.number);
  content.append(link, " ", point.service, words("p", point.place));
  content.append(words("p", point.late ? `${point.label}, ${box.dataset.late}` : point.label));
  return content;
}

function heap(box, map, { at, count }) {
  const size = 26 + Math.min(22, Math.round(Math.log2(count) * 3));
  const label = words("span", count);
  const icon = L.divIcon({ html: label, className: "heap", iconSize: [size, size] });
  const marker = L.marker(at, { icon, title: box.dataset.many.replace("#", count), alt: box.dataset.many.replace("#", count) });
  return marker.on("click", () => map.setView(at, Math.min(map.getZoom() + 2, CLOSE)));
}

/** The cases of the piece of the map that is in sight, fetched anew when it moves. */
async function showPoints(box, map, layer, whole) {
  const edges = map.getBounds();
  const within = whole ? "" : [edges.getSouth(), edges.getWest(), edges.getNorth(), edges.getEast()].join(",");
  const answer = await fetch(`${box.dataset.points}&within=${within}`);
  if (!answer.ok) return;
  const { points, heaps } = await answer.json();
  layer.clearLayers();
  for (const point of points) circle(point.at, point.status, point.late).bindPopup(() => popup(box, point)).addTo(layer);
  for (const each of heaps) heap(box, map, each).addTo(layer);
  const all = [...points, ...heaps].map((each) => each.at);
  if (whole && all.length) map.fitBounds(all, { maxZoom: CLOSE, padding: [30, 30], animate: false });
  if (whole && heaps.length) return showPoints(box, map, layer, false); // in heaps that suit what is in sight now
  box.dataset.shown = all.length;
}

for (const box of document.querySelectorAll("[data-map]")) {
  const map = begin(box);
  if (box.dataset.spot) {
    const at = place(box.dataset.spot);
    map.setView(at, CLOSE);
    circle(at, "open", false).addTo(map);
  } else {
    const layer = L.layerGroup().addTo(map);
    if (box.dataset.centre) map.setView(place(box.dataset.centre), WHOLE_CITY);
    let popped = false;
    map.on("popupopen", () => { popped = true; }).on("popupclose", () => { popped = false; });
    showPoints(box, map, layer, true).then(() => map.on("moveend", () => { if (!popped) showPoints(box, map, layer, false); }));
  }
}
