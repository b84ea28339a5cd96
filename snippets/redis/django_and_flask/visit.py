import django
from django.test import Client

django.setup()
visitor = Client(headers={"host": "localhost"})
for page in ("/product/17", "/product/17", "/add/17", "/add/18"):
    print(page, visitor.get(page).json())
