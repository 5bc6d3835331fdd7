package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCompanionReg"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types/events"
)

// Pairing is how a number is linked.
type Pairing struct {
	Store  *Store
	Server string // a stand-in on this machine; empty: WhatsApp itself
	Phone  string // the bot's number, international: it is linked with a code; empty: with a QR code
	About  string // what the number's profile is to say; empty: it stays
	Log    *slog.Logger

	ShowQR   func(text string, stays time.Duration) // draws a code; called again with the next one
	ShowCode func(code string)                      // shows the code to type on the phone
}

// ErrNobodyLinked says that the time to scan the code was over.
var ErrNobodyLinked = errors.New("whatsapp: nobody scanned or typed the code in time: run it again")

// settled is how long a new link may take until it works.
const settled = time.Minute

// Linked is the number that the store is linked with, international without a plus; empty: none.
func (s *Store) Linked(ctx context.Context) (string, error) {
	d, err := s.device(ctx)
	if err != nil || d.ID == nil {
		return "", err
	}
	return d.ID.User, nil
}

// Pair links the store with a number, and gives it. It blocks until the phone has done its part. It fails with
// ErrNobodyLinked after some minutes.
func Pair(ctx context.Context, p Pairing) (number string, err error) {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	device, err := p.Store.device(ctx)
	if err != nil {
		return "", err
	}
	store.SetOSInfo("buurtbode", [3]uint32{1, 0, 0}) // what the phone's list of linked devices shows
	store.DeviceProps.PlatformType = waCompanionReg.DeviceProps_DESKTOP.Enum()
	cli := whatsmeow.NewClient(device, quiet{p.Log})
	if err := redirect(cli, p.Server); err != nil {
		return "", err
	}
	cli.ManualHistorySyncDownload = true
	ready := make(chan struct{}, 1)
	cli.AddEventHandler(func(event any) {
		if _, ok := event.(*events.Connected); ok {
			select {
			case ready <- struct{}{}:
			default:
			}
		}
	})
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	codes, err := cli.GetQRChannel(ctx)
	if err != nil {
		return "", plain(err)
	}
	if err := cli.ConnectContext(ctx); err != nil {
		return "", fmt.Errorf("whatsapp: WhatsApp can't be reached: %w", plain(err))
	}
	defer cli.Disconnect()
	if err := p.wait(ctx, cli, codes); err != nil {
		return "", err
	}
	return p.settle(ctx, cli, ready)
}

// wait shows codes until the phone has accepted one.
func (p Pairing) wait(ctx context.Context, cli *whatsmeow.Client, codes <-chan whatsmeow.QRChannelItem) error {
	asked := false
	for item := range codes {
		switch item.Event {
		case whatsmeow.QRChannelEventCode:
			if p.Phone == "" {
				p.ShowQR(item.Code, item.Timeout)
				continue
			}
			if asked { // the first code stays good
				continue
			}
			asked = true
			code, err := cli.PairPhone(ctx, p.Phone, true, whatsmeow.PairClientChrome, "Chrome (Linux)") // WhatsApp knows only such names
			if err != nil {
				return fmt.Errorf("whatsapp: WhatsApp gives no code for this number: %w", plain(err))
			}
			p.ShowCode(code)
		case whatsmeow.QRChannelSuccess.Event:
			return nil
		case whatsmeow.QRChannelTimeout.Event:
			return ErrNobodyLinked
		case whatsmeow.QRChannelClientOutdated.Event:
			return errOutdated
		case whatsmeow.QRChannelScannedWithoutMultidevice.Event:
			p.Log.Warn("linked devices are off on this phone: turn them on, then scan again")
		case whatsmeow.QRChannelEventError:
			return fmt.Errorf("whatsapp: linking failed: %w", plain(item.Error))
		default:
			return errors.New("whatsapp: linking failed: " + item.Event)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return ErrNobodyLinked
}

// settle waits until the new link works, and tells on the profile that a machine answers.
func (p Pairing) settle(ctx context.Context, cli *whatsmeow.Client, ready <-chan struct{}) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, settled)
	defer cancel()
	select {
	case <-ready:
	case <-ctx.Done():
		return "", errors.New("whatsapp: the number is linked, but WhatsApp doesn't answer yet: start the bot, it tries on")
	}
	if p.About != "" {
		if err := cli.SetStatusMessage(ctx, p.About); err != nil {
			p.Log.Warn("the profile could not be changed: write on the phone that this number answers automatically", "cause", plain(err))
		}
	}
	return cli.Store.ID.User, nil
}
