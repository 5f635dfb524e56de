"""The demo's feeds and scripted afternoons: Alder Falls as its sources would tell it, served over HTTP on loopback.

    with SampleServer(start=now) as town:
        add_source(town.feeds["police"].url)
        town.break_news("overpass")

`python -m monitors.samples` serves the same from the command line.
"""

from monitors.samples.server import SampleServer as SampleServer
from monitors.samples.town import FEEDS as FEEDS
from monitors.samples.town import Afternoon as Afternoon
from monitors.samples.town import Posting as Posting
from monitors.samples.town import afternoons as afternoons
