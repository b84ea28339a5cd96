# --8<-- [start:beginning]
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from orders.models import Order
from orders.tasks import confirm_order


class CardRefused(Exception):
    """The payment failed, and the transaction is rolled back."""


def pay(email: str) -> None:
    if email == "bilal@example.com":
        raise CardRefused(email)


# --8<-- [end:beginning]
# --8<-- [start:on_commit]
@transaction.atomic
def place_order(request: HttpRequest) -> JsonResponse:
    order = Order.objects.create(email=request.POST["email"])
    job = confirm_order.delay_on_commit(order.pk)  # sent after the last line
    pay(order.email)
    return JsonResponse({"order": order.pk, "job": job}, status=202)


# --8<-- [end:on_commit]
# --8<-- [start:robust]
@transaction.atomic
def place_order_robustly(request: HttpRequest) -> JsonResponse:
    order = Order.objects.create(email=request.POST["email"])
    transaction.on_commit(lambda: confirm_order.delay(order.pk), robust=True)
    pay(order.email)
    return JsonResponse({"order": order.pk}, status=202)


# --8<-- [end:robust]
# --8<-- [start:careless]
@transaction.atomic
def place_order_carelessly(request: HttpRequest) -> JsonResponse:
    order = Order.objects.create(email=request.POST["email"])
    confirm_order.delay(order.pk)  # sent now, whatever happens below
    pay(order.email)
    return JsonResponse({"order": order.pk}, status=202)


@transaction.atomic
def place_order_impatiently(request: HttpRequest) -> JsonResponse:
    order = Order.objects.create(email=request.POST["email"])
    job = confirm_order.delay(order.pk)
    error = job.get(timeout=20, propagate=False)  # any slow line would do
    return JsonResponse({"order": order.pk, "error": str(error)}, status=202)


# --8<-- [end:careless]
