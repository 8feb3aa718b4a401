"""Line icons, 24 × 24, drawn for Titian; always shown beside a word."""

from __future__ import annotations

ICONS = {
    "alert": '<path d="M12 4 2.5 20h19zM12 10v4.5m0 2.5v.1"/>',
    "book": (
        '<path d="M12 6.5C10 5 7 4.5 4 5v13.5c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 '
        '1.5zm0 0V20"/>'
    ),
    "chart": '<path d="M5 20v-7m7 7V4m7 16v-10"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
    "dot": '<circle cx="12" cy="12" r="4"/>',
    "download": '<path d="M12 4v11m-5-5 5 5 5-5M5 20h14"/>',
    "file": '<path d="M6 3h8l4.5 4.5V21H6zM14 3v5h4.5"/>',
    "flag": '<path d="M6 21V4c4-1.5 7 2 12 .5v9c-5 1.5-8-2-12-.5"/>',
    "gear": (
        '<circle cx="12" cy="12" r="3.2"/><path d="M12 3v3m0 12v3M3 12h3m12 0h3M5.6 5.6l2.1 '
        '2.1m8.6 8.6 2.1 2.1m0-12.8-2.1 2.1m-8.6 8.6-2.1 2.1"/>'
    ),
    "grid": ('<path d="M4 4h6.5v6.5H4zm9.5 0H20v6.5h-6.5zM4 13.5h6.5V20H4zm9.5 0H20V20h-6.5z"/>'),
    "help": (
        '<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5c0-1.5 1-2.5 2.5-2.5s2.5 1 2.5 2.3c0 '
        '2-2.5 2-2.5 4.2m0 3v.1"/>'
    ),
    "home": '<path d="M4 11 12 4l8 7v8.5H14v-6h-4v6H4z"/>',
    "left": '<path d="m14.5 5-7 7 7 7"/>',
    "list": '<path d="M8 6h13M8 12h13M8 18h13M3.5 6h.1m-.1 6h.1m-.1 6h.1"/>',
    "medal": '<circle cx="12" cy="9" r="5.5"/><path d="m8.5 13.5-1.5 7 5-2.5 5 2.5-1.5-7"/>',
    "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
    "message": '<path d="M4 20.5 5.3 16A8.5 8.5 0 1 1 8.5 19zM9 9c.5 3.5 2.5 5.5 6 6"/>',
    "money": '<path d="M3 6h18v12H3z"/><circle cx="12" cy="12" r="2.8"/>',
    "offline": (
        '<path d="M3 9c5.5-4.7 12.5-4.7 18 0M6.5 13c3.3-2.7 7.7-2.7 11 0M12 18v.1M4 3l16 18"/>'
    ),
    "pen": '<path d="M4 20v-4L16 4l4 4L8 20z"/>',
    "people": (
        '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c.7-3.7 3.3-5 6.5-5s5.8 1.3 6.5 '
        '5M16 5.3a3.5 3.5 0 0 1 0 6.4m2 3.3c2 .7 3 2.2 3.5 4.5"/>'
    ),
    "person": (
        '<circle cx="12" cy="8" r="4"/><path d="M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5"/>'
    ),
    "phone": '<path d="M8 3h8v18H8zM11 18h2"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "redo": (
        '<path d="M5 12a7 7 0 0 1 12.5-4.3L20 10m0-5v5h-5M19 13a7 7 0 0 1-12.5 3.5L4 '
        '14.5m0 5v-5h5"/>'
    ),
    "right": '<path d="m9.5 5 7 7-7 7"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "stop": '<circle cx="12" cy="12" r="9"/><path d="m6 6 12 12"/>',
    "undo": '<path d="M8 5 4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9"/>',
    "up": '<path d="M12 19V5m-6 6 6-6 6 6"/>',
    "upload": '<path d="M12 20V9m-5 5 5-5 5 5M5 4h14"/>',
    "waves": '<path d="M4 10c3-3.5 5-3.5 8 0s5 3.5 8 0M4 16.5c3-3.5 5-3.5 8 0s5 3.5 8 0"/>',
}
