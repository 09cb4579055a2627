"""Requests that two programs could read as two different ones (issue 12, 4), by what is wrong with them."""
from case import request

HOST = "Host: x"


def login(*fields, body=b"{}"):
    return request("POST /v1/auth/login HTTP/1.1", [HOST, *fields], body)


def chunked(body):
    return login("Content-Type: application/json", "Transfer-Encoding: chunked", body=body)


AMBIGUOUS = {
    "two Content-Length": login("Content-Length: 2", "Content-Length: 2"),
    "two that differ": login("Content-Length: 2", "Content-Length: 40"),
    "Content-Length and Transfer-Encoding": login("Content-Length: 5", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "two Transfer-Encoding": login("Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=b"0\r\n\r\n"),
    "a coding that is not chunked": login("Transfer-Encoding: xchunked", body=b"x"),
    "two Host": request(fields=[HOST, "Host: y"]),
    "no Host": request(fields=["Accept: */*"]),
    "two Authorization": request(fields=[HOST, "Authorization: Bearer a", "Authorization: Bearer b"]),
    "a space before the colon": request(fields=[HOST, "X-Y : 1"]),
    "a space before the colon of a length": login("Content-Length : 2"),
    "a space in the target": request("GET /v1/con fig HTTP/1.1", [HOST]),
    "a folded length": login("Content-Length:\r\n 2", body=b"{}"),
    "a folded field behind a length": login("Content-Length: 2", "X: 1\r\n  y", body=b"{}"),
    "a folded field": request(fields=[HOST, "X: a\r\n b"]),
    "a field before the first name": b"GET /v1/config HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n",
    "bare LF everywhere": b"GET /v1/config HTTP/1.1\nHost: x\n\n",
    "bare LF behind the request line": b"GET /v1/config HTTP/1.1\nHost: x\r\n\r\n",
    "bare LF behind a field": b"GET /v1/config HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
    "bare LF at the end": b"GET /v1/config HTTP/1.1\r\nHost: x\r\n\n",
    "bare CR": b"GET /v1/config HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
    "NUL in the method": b"GE\0T /v1/config HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in the target": b"GET /v1/con\0fig HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in a field": b"GET /v1/config HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
    "NUL in a field's name": b"GET /v1/config HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n",
    "a chunk extension": chunked(b"2;a=b\r\n{}\r\n0\r\n\r\n"),
    "a chunk that ends with bare LF": chunked(b"2\n{}\n0\n\n"),
    "a chunk's length with 0x": chunked(b"0x2\r\n{}\r\n0\r\n\r\n"),
    "a chunk's length with a sign": chunked(b"-2\r\n{}\r\n0\r\n\r\n"),
    "a chunk that is longer than it says": chunked(b"2\r\n{}X\r\n0\r\n\r\n"),
    "a length with a sign": login("Content-Length: +2"),
    "two lengths in one": login("Content-Length: 2, 2"),
    "a length that is empty": login("Content-Length: "),
    "a field without a name": request(fields=[HOST, ": x"]),
    "a field without a colon": request(fields=[HOST, "x"]),
    "no version": b"GET /v1/config\r\nHost: x\r\n\r\n",
    "another version": request("GET /v1/config HTTP/2.0", [HOST]),
    "a space before the method": b" GET /v1/config HTTP/1.1\r\nHost: x\r\n\r\n",
    "tabs in the request line": b"GET\t/v1/config\tHTTP/1.1\r\nHost: x\r\n\r\n",
    "a proxy's header from who is none": b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + request(),
}


def smuggled(hidden):
    """Requests that hide another one: where one program sees their end, or none, the next goes on with what is
    hidden."""
    n, json, end = len(hidden), "Content-Type: application/json", b"0\r\n\r\n"
    lengths = f"Content-Length: {n + len(end)}"
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (n, hidden)

    def coded(*fields, body=end + hidden, line="POST /v1/auth/login HTTP/1.1"):
        return request(line, [HOST, json, *fields], body)
    return {
        "hidden behind the last chunk": coded(lengths, "Transfer-Encoding: chunked"),
        "hidden behind the last chunk, said first": coded("Transfer-Encoding: chunked", lengths),
        "hidden in a chunk": coded("Content-Length: 4", "Transfer-Encoding: chunked", body=chunk),
        "hidden by another coding": coded(lengths, "Transfer-Encoding: xchunked"),
        "hidden by two codings": coded(lengths, "Transfer-Encoding: chunked, identity"),
        "hidden by a coding in quotes": coded(lengths, 'Transfer-Encoding: "chunked"'),
        "hidden by a space before the colon": coded(lengths, "Transfer-Encoding : chunked"),
        "hidden by a tab": coded(lengths, "Transfer-Encoding:\tchunked"),
        "hidden by a vertical tab": coded(lengths, "Transfer-Encoding:\x0bchunked"),
        "hidden by a fold": coded(lengths, "Transfer-Encoding:\r\n chunked"),
        "hidden behind a bare LF": coded(lengths, "X: y\nTransfer-Encoding: chunked"),
        "hidden behind a bare CR": coded(lengths, "X: y\rTransfer-Encoding: chunked"),
        "hidden by a NUL": coded(lengths, "Transfer-Encoding: chunked\0"),
        "hidden by an underscore": coded(lengths, "Transfer_Encoding: chunked"),
        "hidden by the version": coded("Connection: keep-alive", "Transfer-Encoding: chunked",
                                       line="POST /v1/auth/login HTTP/1.0"),
        "hidden by two lengths": coded("Content-Length: 0", f"Content-Length: {n}", body=hidden),
        "hidden by a length and none": coded(f"Content-Length: {n}", "Content-Length: 0", body=hidden),
        "hidden by a list of lengths": coded(f"Content-Length: 0, {n}", body=hidden),
        "hidden by a length with a sign": coded(f"Content-Length: +{n}", body=hidden),
        "hidden by a length in hexadecimal": coded(f"Content-Length: 0x{n:x}", body=hidden),
        "hidden by a length that is taken away": coded("Connection: close, Content-Length", f"Content-Length: {n}",
                                                       body=hidden),
        "hidden by a coding that is taken away": coded("Connection: Transfer-Encoding", "Transfer-Encoding: chunked",
                                                       body=chunk),
        "hidden by a chunk's extension": coded("Transfer-Encoding: chunked", body=b"0;\n\r\n\r\n" + hidden),
        "hidden by a chunk that is too long to count": coded("Transfer-Encoding: chunked",
                                                             body=b"1%016x\r\n" % n + hidden),
        "hidden behind a chunk with bare LF": coded("Transfer-Encoding: chunked", body=b"0\n\n" + hidden),
        "hidden in a trailer": coded("Transfer-Encoding: chunked", body=b"0\r\nContent-Length: 5\r\n\r\n" + hidden),
        "hidden in the body of who only reads": request("GET /v1/config HTTP/1.1", [HOST, f"Content-Length: {n}"],
                                                        hidden),
        "hidden behind an upgrade": request(fields=[HOST, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
                                                    "HTTP2-Settings: AAMAAABkAAQAAP__"], body=hidden),
        "hidden in a line of a field": request(fields=[HOST, "X: y\r\n\r\n" + hidden.decode("latin-1")]),
    }
