import math

from fastapi import Depends, FastAPI, HTTPException, Request
from token_bucket import seconds_to_wait

app = FastAPI()


def limited(request: Request) -> None:
    """Twenty requests at once, then one each second, for each client address."""
    client = request.client.host if request.client else "unknown"
    wait = seconds_to_wait(client, capacity=20, per_second=1)
    if wait:
        headers = {"Retry-After": str(math.ceil(wait))}
        raise HTTPException(429, "too many requests", headers)


@app.get("/search", dependencies=[Depends(limited)])
def search(q: str) -> dict[str, list[str]]:
    return {"found": [f"a page about {q}"]}
