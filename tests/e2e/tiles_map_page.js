// A page that shows tiles of one container in OpenLayers; the test calls show(), colourOf() and colours().
import Map from 'ol/Map.js';
import View from 'ol/View.js';
import MVT from 'ol/format/MVT.js';
import WMTSCapabilities from 'ol/format/WMTSCapabilities.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorTileLayer from 'ol/layer/VectorTile.js';
import { addCoordinateTransforms, addProjection, get, transform } from 'ol/proj.js';
import Projection from 'ol/proj/Projection.js';
import OGCMapTile from 'ol/source/OGCMapTile.js';
import OGCVectorTile from 'ol/source/OGCVectorTile.js';
import VectorTileSource from 'ol/source/VectorTile.js';
import WMTS, { optionsFromCapabilities } from 'ol/source/WMTS.js';
import XYZ from 'ol/source/XYZ.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import TileGrid from 'ol/tilegrid/TileGrid.js';
import { PMTiles } from 'pmtiles';

// CGCS2000 in degrees, north first: to OpenLayers the same plane as EPSG:4326. WMTS turns scales into degrees by the length of a degree of the
// ellipsoid's equator; OpenLayers takes that of a sphere of 6370997 m where nobody says so, and the county lands 30 km away.
const metersPerUnit = (Math.PI * 6378137) / 180;
for (const code of ['EPSG:4490', 'urn:ogc:def:crs:EPSG::4490', 'http://www.opengis.net/def/crs/EPSG/0/4490']) {
  addProjection(new Projection({ code, units: 'degrees', metersPerUnit, axisOrientation: 'neu', global: true, extent: [-180, -90, 180, 90], worldExtent: [-180, -90, 180, 90] }));
}
for (const other of ['urn:ogc:def:crs:EPSG::4490', 'http://www.opengis.net/def/crs/EPSG/0/4490', 'EPSG:4326', 'CRS:84']) addCoordinateTransforms('EPSG:4490', other, (c) => c.slice(), (c) => c.slice());
addCoordinateTransforms('EPSG:4490', 'EPSG:3857', (c) => transform(c, 'EPSG:4326', 'EPSG:3857'), (c) => transform(c, 'EPSG:3857', 'EPSG:4326'));

/** A colour of its own for each code. */
window.colourOf = (code) => {
  let hash = 2166136261;
  for (const c of String(code)) hash = Math.imul(hash ^ c.charCodeAt(0), 16777619) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 0;
  return [40 + (hash & 7) * 25, 40 + ((hash >>> 8) & 7) * 25, 40 + ((hash >>> 16) & 7) * 25];
};

const style = (feature) => new Style({ fill: new Fill({ color: [...window.colourOf(feature.get('code')), 1] }), stroke: new Stroke({ color: '#222', width: 0.6 }) });
const address = (template, z, [, x, y]) => template.replace('{z}', z).replace('{x}', x).replace('{y}', y);

const sources = {
  async xyz({ url, vector, crs, grid }) {
    const projection = get(crs);
    const tileGrid = grid && new TileGrid({ origin: grid.origin, resolutions: grid.resolutions, tileSize: 256 });
    const tileUrlFunction = (coord) => coord && address(url, coord[0] + (grid ? grid.first : 0), coord);
    return vector ? new VectorTileSource({ format: new MVT(), projection, tileGrid, tileUrlFunction, maxZoom: 12 }) : new XYZ({ projection, tileGrid, tileUrlFunction, maxZoom: 10, interpolate: false });
  },
  async wmts({ url, vector }) {
    const capabilities = new WMTSCapabilities().read(await (await fetch(url)).text());
    const layer = capabilities.Contents.Layer[0].Identifier;
    const options = optionsFromCapabilities(capabilities, { layer });
    if (!vector) return new WMTS({ ...options, interpolate: false });
    const { tileGrid, projection, urls } = options;
    return new VectorTileSource({ format: new MVT(), tileGrid, projection, tileUrlFunction: (coord) => coord && urls[0].replace('{TileMatrix}', tileGrid.getMatrixId(coord[0])).replace('{TileCol}', coord[1]).replace('{TileRow}', coord[2]) });
  },
  async ogc({ url, vector, crs }) {
    return vector ? new OGCVectorTile({ url, format: new MVT(), projection: get(crs) }) : new OGCMapTile({ url, projection: get(crs), interpolate: false });
  },
  async pmtiles({ url, vector }) {
    const archive = new PMTiles(url), { maxZoom } = await archive.getHeader();
    const read = (name) => archive.getZxy(...name.split('/').map(Number));
    if (!vector) {
      return new XYZ({ url: '{z}/{x}/{y}', maxZoom, interpolate: false, tileLoadFunction: (tile, name) => read(name).then((found) => {
        if (found) tile.getImage().src = URL.createObjectURL(new Blob([found.data], { type: 'image/png' }));
        else tile.setState(3);
      }) });
    }
    return new VectorTileSource({ format: new MVT(), url: '{z}/{x}/{y}', maxZoom, tileLoadFunction: (tile, name) => tile.setLoader((extent, resolution, featureProjection) => read(name).then((found) => {
      tile.setFeatures(found ? tile.getFormat().readFeatures(found.data, { extent, featureProjection }) : []);
    })) });
  },
};

let map;
/** Shows one container; resolves when all tiles are drawn. */
window.show = async (what) => {
  map?.setTarget(null);
  const source = await sources[what.kind](what);
  if (source.getState() !== 'ready') await new Promise((resolve, reject) => source.on('change', () => (source.getState() === 'ready' ? resolve() : source.getState() === 'error' ? reject(new Error('the source cannot be read')) : 0)));
  const layer = what.vector ? new VectorTileLayer({ source, style }) : new TileLayer({ source });
  const view = new View({ projection: what.crs, center: transform(what.centre, 'EPSG:4326', what.crs), resolution: what.resolution, constrainResolution: false });
  map = new Map({ target: 'map', layers: [layer], view, controls: [], pixelRatio: 1 });
  await new Promise((resolve) => map.once('rendercomplete', resolve));
};

/** The colours at places in lon and lat; null where the pixels around are not all alike. */
window.colours = (places) => {
  const [width, height] = map.getSize();
  const all = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { willReadFrequently: true });
  all.fillStyle = '#fff';
  all.fillRect(0, 0, width, height);
  for (const canvas of document.querySelectorAll('#map .ol-layer canvas')) {
    const numbers = canvas.style.transform.match(/^matrix\(([^(]*)\)$/);
    all.setTransform(...(numbers ? numbers[1].split(',').map(Number) : [1, 0, 0, 1, 0, 0]));
    all.drawImage(canvas, 0, 0);
  }
  return places.map((place) => {
    const [x, y] = map.getPixelFromCoordinate(transform(place, 'EPSG:4326', map.getView().getProjection())).map(Math.round);
    if (x < 3 || y < 3 || x >= width - 3 || y >= height - 3) return null;
    const { data } = all.getImageData(x - 2, y - 2, 5, 5);
    for (let i = 4; i < data.length; ++i) if (data[i] !== data[i % 4]) return null;
    return [...data.slice(0, 3)];
  });
};
