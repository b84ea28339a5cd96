"""Not Slack, Discord or Twilio: it checks the limits that they document."""

from typing import Any, Literal
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

app = FastAPI()
kept: dict[str, list[Any]] = {"slack": [], "discord": [], "whatsapp": [], "sms": []}
statuses: list[int] = []  # how the next requests to Slack are answered
asked: list[int] = []  # how they were


class Text(BaseModel):
    type: Literal["plain_text", "mrkdwn"]
    text: str = Field(min_length=1, max_length=3000)


class HeaderText(Text):
    type: Literal["plain_text"]
    text: str = Field(min_length=1, max_length=150)


class Header(BaseModel):
    type: Literal["header"]
    text: HeaderText


class Section(BaseModel):
    type: Literal["section"]
    text: Text | None = None
    fields: list[Text] = Field([], max_length=10)


class SlackMessage(BaseModel):
    text: str = Field(max_length=40_000)
    blocks: list[Header | Section] = Field([], max_length=50)


class Embed(BaseModel):
    title: str = Field("", max_length=256)
    description: str = Field("", max_length=4096)


class DiscordMessage(BaseModel):
    content: str = Field("", max_length=2000)
    embeds: list[Embed] = Field([], max_length=10)
    allowed_mentions: dict[str, list[str]] = {}


@app.exception_handler(RequestValidationError)
def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
    return JSONResponse({"refused": error.errors()[0]["msg"]}, status_code=400)


@app.post("/slack")
def slack(message: SlackMessage, response: Response) -> str:
    response.status_code = statuses.pop(0) if statuses else 200
    asked.append(response.status_code)
    if response.status_code == 429:
        response.headers["Retry-After"] = "2"
    if response.status_code == 200:
        kept["slack"].append(message.model_dump(exclude_defaults=True))
    return "ok"


@app.post("/discord", status_code=204)
def discord(message: DiscordMessage) -> None:
    kept["discord"].append(message.model_dump(exclude_defaults=True))


@app.post("/2010-04-01/Accounts/{account}/Messages.json", status_code=201)
async def twilio(account: str, request: Request, response: Response) -> dict[str, Any]:
    form = parse_qs((await request.body()).decode())
    message = {name: values[0] for name, values in form.items()}
    if len(message.get("Body", "")) > 1600:
        response.status_code = 400
        return {"code": 21617, "message": "body over 1600 characters", "status": 400}
    channel = "whatsapp" if message["To"].startswith("whatsapp:") else "sms"
    kept[channel].append(message)
    return {"sid": "SM" + "0" * 32, "status": "queued"}


@app.put("/slack/answers")
def plan(answers: list[int]) -> None:
    statuses.extend(answers)


@app.get("/kept")
def what_was_kept() -> dict[str, Any]:
    return {**kept, "answers of slack": asked}
