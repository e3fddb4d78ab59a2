"""Renders tiles in QGIS without a screen: for each line of a JSON list, an image and the colours at places.

Usage: tiles_qgis.py JOBS.json, a list of {kind: "vector", "raster" or "wmts", path, layer, crs, centre, resolution, places, image}; prints a list of lists of colours.
"""
import json
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFillSymbol, QgsMapRendererSequentialJob, QgsMapSettings,
                       QgsPointXY, QgsProject, QgsRasterLayer, QgsRectangle, QgsVectorTileBasicRenderer, QgsVectorTileBasicRendererStyle, QgsVectorTileLayer, QgsWkbTypes)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

WIDTH, HEIGHT = 1200, 900


def layer_of(job):
    if job["kind"] == "raster":
        return QgsRasterLayer(job["path"], "surface")
    if job["kind"] == "wmts":
        return QgsRasterLayer("crs={crs}&format=image/png&layers={layer}&styles={style}&tileMatrixSet={set}&url={path}".format(**job), "surface", "wms")
    layer = QgsVectorTileLayer("type=mbtiles&url=" + job["path"], "units")
    style = QgsVectorTileBasicRendererStyle("villages", job["layer"], QgsWkbTypes.PolygonGeometry)
    style.setEnabled(True)
    style.setSymbol(QgsFillSymbol.createSimple({"color": "200,40,60", "outline_color": "black", "outline_width": "0.2"}))
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles([style])
    layer.setRenderer(renderer)
    return layer


def render(job):
    layer = layer_of(job)
    if not layer.isValid():
        raise SystemExit("QGIS does not take " + job["path"])
    crs = QgsCoordinateReferenceSystem(job["crs"])
    place = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4490"), crs, QgsProject.instance())
    centre = place.transform(QgsPointXY(*job["centre"]))
    half = QgsPointXY(WIDTH / 2 * job["resolution"], HEIGHT / 2 * job["resolution"])
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(crs)
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setExtent(QgsRectangle(centre.x() - half.x(), centre.y() - half.y(), centre.x() + half.x(), centre.y() + half.y()))
    work = QgsMapRendererSequentialJob(settings)
    work.start()
    work.waitForFinished()
    image = work.renderedImage()
    image.save(job["image"])
    colours = []
    for lon, lat in job["places"]:
        at = settings.mapToPixel().transform(place.transform(QgsPointXY(lon, lat)))
        x, y = round(at.x()), round(at.y())
        if not (3 <= x < WIDTH - 3 and 3 <= y < HEIGHT - 3):
            colours.append(None)
            continue
        block = {image.pixel(x + i, y + j) for i in (-2, 0, 2) for j in (-2, 0, 2)}
        colour = QColor(image.pixel(x, y))
        colours.append([colour.red(), colour.green(), colour.blue()] if len(block) == 1 else None)
    return {"crs": layer.crs().authid(), "colours": colours}


application = QgsApplication([], False)
application.initQgis()
with open(sys.argv[1], encoding="utf-8") as file:
    answers = [render(job) for job in json.load(file)]
print(json.dumps(answers))
sys.stdout.flush()
os._exit(0)  # QGIS 3.22 does not always end by itself
