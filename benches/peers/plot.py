"""The plot: four panels, each with what two questions cost dynamo-plan and a peer, on logarithmic scales."""

import math
from html import escape

WIDTH, HEIGHT = 440, 300
LEFT, TOP, RIGHT, BOTTOM = 62, 34, 14, 44
LEGEND = 56

# Colour-blind safe; a question has one colour, and a peer's line is dashed.
COLOURS = {"ranked request": "#0072b2", "all conflicts and corrections": "#d55e00"}


def drawn(points):
    """The SVG."""
    panels = list(dict.fromkeys(point.panel for point in points))
    times = [figure for point in points for series in point.series for figure in series.figures]
    scale = Scale(min(times, default=1), max(times, default=10))
    width, height = 2 * WIDTH, LEGEND + HEIGHT * math.ceil(len(panels) / 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *legend(points),
    ]
    for number, panel in enumerate(panels):
        x, y = WIDTH * (number % 2), LEGEND + HEIGHT * (number // 2)
        mine = [point for point in points if point.panel == panel]
        parts += [f'<g transform="translate({x} {y})">', *panel_drawn(panel, mine, scale), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


class Scale:
    """Times as heights, from one power of ten to another."""

    def __init__(self, least, most):
        self.first = math.floor(math.log10(least))
        self.last = max(self.first + 1, math.ceil(math.log10(most)))

    def y(self, time):
        part = (math.log10(time) - self.first) / (self.last - self.first)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)

    def ticks(self):
        for power in range(self.first, self.last + 1):
            unit, size = [("s", 9), ("ms", 6), ("µs", 3), ("ns", 0)][3 - max(0, min(3, power // 3))]
            yield 10.0**power, f"{10 ** (power - size):g} {unit}"


def legend(points):
    """What the lines are."""
    named = {}
    for point in points:
        for series in point.series:
            named.setdefault((point.kind, series is not point.series[0]), series.name)
    for number, ((kind, dashed), name) in enumerate(sorted(named.items())):
        x, y = LEFT + WIDTH * (number // 2), 18 + 20 * (number % 2)
        yield line([(x, y), (x + 34, y)], COLOURS[kind], dashed)
        yield f'<text x="{x + 42}" y="{y + 4}">{escape(kind)}: {escape(name)}</text>'


def panel_drawn(panel, points, scale):
    """One panel, in its own coordinates."""
    values = sorted({point.value for point in points})
    low, high = math.log(values[0]), math.log(values[-1])

    def x(value):
        part = (math.log(value) - low) / ((high - low) or 1)
        return LEFT + 12 + part * (WIDTH - LEFT - RIGHT - 24)

    for time, label in scale.ticks():
        y = scale.y(time)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
    for value in values:
        yield f'<text x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value}</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(panel)}</text>'
    yield f'<text x="{LEFT}" y="{TOP - 12}" font-weight="bold">CPU time against {escape(panel)}</text>'
    for kind, colour in COLOURS.items():
        for position in (0, 1):
            shown = sorted((point for point in points if point.kind == kind), key=lambda point: point.value)
            shown = [(point.value, point.series[position]) for point in shown]
            yield from series_drawn([(x(value), series) for value, series in shown], colour, position == 1, scale)


def series_drawn(shown, colour, dashed, scale):
    """One line, with the spread of each point."""
    shown = [(x, series) for x, series in shown if series.figures]
    yield line([(x, scale.y(series.median())) for x, series in shown], colour, dashed)
    for x, series in shown:
        least, most = scale.y(min(series.figures)), scale.y(max(series.figures))
        yield line([(x, least), (x, most)], colour, False)
        fill = "white" if dashed else colour
        yield f'<circle cx="{x:.1f}" cy="{scale.y(series.median()):.1f}" r="3" fill="{fill}" stroke="{colour}"/>'


def line(places, colour, dashed):
    dashes = ' stroke-dasharray="6 4"' if dashed else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dashes}/>'
