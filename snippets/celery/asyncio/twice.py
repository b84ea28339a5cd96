from shared_client import count

print(count.delay("home").get(timeout=10))
try:
    count.delay("home").get(timeout=10)
except RuntimeError as error:
    print("RuntimeError:", error)
