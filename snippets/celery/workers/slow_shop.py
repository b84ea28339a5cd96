import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        time.sleep(1)
        self.send_response(204)
        self.end_headers()


ThreadingHTTPServer(("127.0.0.1", 8000), Slow).serve_forever()
