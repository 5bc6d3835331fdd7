package whatsapptest

import (
	"context"
	"net"
	"net/http"
)

// Client is an HTTP client that goes to the stand-in at addr, whatever host is asked and whether by http or https. Give
// it to whatsmeow's SetWebsocketHTTPClient, SetPreLoginHTTPClient and SetMediaHTTPClient.
func Client(addr string) *http.Client {
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, addr)
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial, DialTLSContext: dial}}
}
