FROM python:3.13-slim-bookworm
WORKDIR /srv
RUN useradd --uid 1000 signup && install -d -o signup /data
COPY deploy/requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY app/signup signup
USER signup
