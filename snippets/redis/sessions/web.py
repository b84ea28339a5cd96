from typing import Annotated

from fastapi import Cookie, Depends, FastAPI, HTTPException, Response
from sessions import LONGEST, current_user, log_in, log_out_everywhere, renew

app = FastAPI()


def set_cookie(response: Response, token: str) -> None:
    response.set_cookie(
        "session", token, max_age=LONGEST, httponly=True, secure=True, samesite="lax"
    )


def user_of(session: Annotated[str, Cookie()] = "") -> str:
    user = current_user(session)
    if user is None:
        raise HTTPException(401, "log in first")
    return user


User = Annotated[str, Depends(user_of)]


@app.post("/login")
def login(name: str, response: Response) -> None:  # after checking the password
    set_cookie(response, log_in(name))


@app.get("/me")
def me(user: User) -> dict[str, str]:
    return {"user": user}


@app.post("/password")
def change_password(response: Response, session: Annotated[str, Cookie()] = "") -> None:
    token = renew(session)  # after checking the old password and storing the new one
    if token is None:
        raise HTTPException(401, "log in first")
    set_cookie(response, token)


@app.post("/logout-everywhere")
def logout_everywhere(user: User, response: Response) -> dict[str, int]:
    response.delete_cookie("session", httponly=True, secure=True, samesite="lax")
    return {"ended": log_out_everywhere(user)}
