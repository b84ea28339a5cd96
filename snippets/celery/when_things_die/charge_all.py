import sys

from payments import charge

shop = sys.argv[1]
for number in range(200):
    charge.delay(f"{shop}-{number}")
print("sent 200 orders")
