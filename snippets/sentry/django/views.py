from django.contrib.auth import get_user_model, login
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views import View


def order(request: HttpRequest, number: int) -> HttpResponse:
    raise LookupError(f"order {number} not found")


async def async_order(request: HttpRequest, number: int) -> HttpResponse:
    raise LookupError(f"order {number} not found")


class Invoice(View):
    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        raise LookupError(f"invoice {number} not found")


class Basket:
    def total(self) -> str:
        raise ArithmeticError("no price")


def basket(request: HttpRequest) -> HttpResponse:
    return render(request, "basket.html", {"basket": Basket()})


def misspelled(request: HttpRequest) -> HttpResponse:
    return render(request, "misspelled.html", {"basket": Basket()})


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404("no such page")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("not your order")


def forged(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("a field was changed")


def send_mail() -> None:
    raise ConnectionError("the mail server is down")


def paid(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        transaction.on_commit(send_mail, robust=True)
    return HttpResponse("thank you")


def sign_in(request: HttpRequest) -> HttpResponse:
    users = get_user_model().objects
    amina, _ = users.get_or_create(username="amina", email="amina@shop.example")
    login(request, amina)
    return HttpResponse("welcome")


def customers(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        count = cache.get_or_set("customers", get_user_model().objects.count)
    return HttpResponse(f"{count} customers")


urlpatterns = [
    path("orders/<int:number>", order),
    path("async/<int:number>", async_order),
    path("invoices/<int:number>", Invoice.as_view()),
    path("basket", basket),
    path("misspelled", misspelled),
    path("missing", missing),
    path("forbidden", forbidden),
    path("forged", forged),
    path("paid", paid),
    path("sign-in", sign_in),
    path("customers", customers),
]
