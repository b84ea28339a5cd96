import time

from shop import cached


@cached(seconds=300)
def product(number: int) -> dict:
    print(f"database: product {number}")
    return {"id": number, "price": 1200}


started = time.perf_counter()
for number in (1, 1, 2, 3):
    product(number)
print(f"4 answers in {time.perf_counter() - started:.3f} s")
