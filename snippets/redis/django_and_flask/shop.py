from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.urls import path


def load_product(number: int) -> dict[str, int]:
    print("query")  # a slow one
    return {"id": number, "price": 1200}


def product(request: HttpRequest, number: int) -> JsonResponse:
    found = cache.get(f"product:{number}")
    if found is None:
        found = load_product(number)
        cache.set(f"product:{number}", found, timeout=60)
    return JsonResponse(found)


def add(request: HttpRequest, number: int) -> JsonResponse:
    cart = request.session.get("cart", [])
    request.session["cart"] = [*cart, number]
    return JsonResponse({"cart": request.session["cart"]})


urlpatterns = [path("product/<int:number>", product), path("add/<int:number>", add)]
