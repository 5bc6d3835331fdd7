package whatsapp

import (
	"context"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"go.mau.fi/whatsmeow"
)

// errServer tells how the address of a stand-in looks.
var errServer = errors.New("should look like 127.0.0.1:8090#<64 hexadecimal digits>, as a stand-in for WhatsApp on this machine prints it")

// CheckServer tells whether s names a stand-in for WhatsApp: an address of this machine, and after a # the public key
// that its certificates are signed with. Anywhere else there is only WhatsApp itself.
func CheckServer(s string) error {
	_, _, err := parseServer(s)
	return err
}

func parseServer(s string) (addr string, key [32]byte, err error) {
	addr, digits, ok := strings.Cut(s, "#")
	at, err := netip.ParseAddrPort(addr)
	raw, bad := hex.DecodeString(digits)
	if !ok || err != nil || bad != nil || !at.Addr().IsLoopback() || len(raw) != len(key) {
		return "", key, errServer
	}
	return addr, [32]byte(raw), nil
}

// redirect brings a client to a stand-in instead of WhatsApp; an empty server: it goes to WhatsApp. Files it fetches from there only.
func redirect(cli *whatsmeow.Client, server string) error {
	if server == "" {
		cli.SetMediaHTTPClient(&http.Client{Transport: files{http.DefaultTransport}})
		return nil
	}
	addr, key, err := parseServer(server)
	if err != nil {
		return err
	}
	if whatsmeow.WACertPubKey != key {
		whatsmeow.WACertPubKey = key // the library has no other way to be told
	}
	var d net.Dialer
	to := &http.Client{Transport: &http.Transport{
		DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "tcp", addr) },
	}}
	cli.SetWebsocketHTTPClient(to)
	cli.SetPreLoginHTTPClient(to)
	cli.SetMediaHTTPClient(&http.Client{Transport: files{to.Transport}})
	return nil
}
