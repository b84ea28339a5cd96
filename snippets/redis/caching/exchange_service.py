"""Stands for somebody else's API on port 8000."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESPONSES = {
    "/rates": (200, {"EUR": 0.92}, "public, max-age=60"),
    "/balance": (200, {"credit": 17}, "private, no-store"),
    "/orders": (503, {"error": "try later"}, "max-age=60"),
}


class Exchange(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, data, rules = RESPONSES[self.path.partition("?")[0]]
        self.send_response(status)
        self.send_header("Cache-Control", rules)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())


ThreadingHTTPServer(("127.0.0.1", 8000), Exchange).serve_forever()
