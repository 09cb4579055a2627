"""What only the machine's operator may ask (issue 12, 1)."""
import stack
from case import case
from client import Client, assert_problem


@case("readiness and metrics are answered on the operator's port, and not on the public one")
def operations():
    for name, base in zip(stack.GATEWAYS, stack.BASES):
        inside = Client(f"http://127.0.0.1:{stack.operations_port(name)}")
        assert inside.get("/readyz").text.startswith("ready")
        assert "# TYPE " in inside.get("/metrics").text
        assert Client(base).get("/healthz").text == "ok\n"
        for path in ("/readyz", "/metrics", "/failpoints"):
            assert_problem(Client(base).get(path), 404, "not_found")
        assert inside.get("/v1/config").status_code == 404, "and nothing else is answered there"
