// Command barewhatsapp is a client of whatsmeow's and nothing else: what the memory of the whole program is compared with.
// It answers everything that is said to it. Its arguments are a store of keys with a linked number, and the address and
// the public key of a stand-in for WhatsApp.
package main

import (
	"context"
	"database/sql"
	"encoding/hex"
	"log"
	"net"
	"net/http"
	"os"

	_ "github.com/glebarez/go-sqlite"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"
)

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
	select {}
}

func run(ctx context.Context, file, addr, key string) error {
	raw, err := hex.DecodeString(key)
	if err != nil {
		return err
	}
	whatsmeow.WACertPubKey = [32]byte(raw)
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	store := sqlstore.NewWithDB(db, "sqlite3", nil)
	if err := store.Upgrade(ctx); err != nil {
		return err
	}
	device, err := store.GetFirstDevice(ctx)
	if err != nil {
		return err
	}
	cli := whatsmeow.NewClient(device, nil)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", addr)
	}
	to := &http.Client{Transport: &http.Transport{DialContext: dial, DialTLSContext: dial}}
	cli.SetWebsocketHTTPClient(to)
	cli.SetPreLoginHTTPClient(to)
	cli.AddEventHandler(func(event any) {
		if m, ok := event.(*events.Message); ok && m.Message.GetConversation() != "" {
			go func() {
				if _, err := cli.SendMessage(ctx, m.Info.Chat, &waE2E.Message{Conversation: proto.String("antwoord")}); err != nil {
					log.Print(err)
				}
			}()
		}
	})
	return cli.ConnectContext(ctx)
}
