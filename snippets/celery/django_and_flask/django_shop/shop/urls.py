from django.urls import path
from orders import views

urlpatterns = [
    path("orders/", views.place_order),
    path("orders/robust/", views.place_order_robustly),
    path("orders/careless/", views.place_order_carelessly),
    path("orders/impatient/", views.place_order_impatiently),
]
