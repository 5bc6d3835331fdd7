# The program and nothing else, without root. README.md says how to run it.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" -o /out/buurtbode . \
 && mkdir -m 700 /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/buurtbode /buurtbode
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
WORKDIR /data
ENV BUURTBODE_DATABASE=/data/buurtbode.db BUURTBODE_KEYS=/data/buurtbode.db.keys
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/buurtbode", "health"]
ENTRYPOINT ["/buurtbode"]
CMD ["run"]
