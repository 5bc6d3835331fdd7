package whatsapp

import (
	"context"
	"errors"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/messages"
)

// document is a message with a file. It is uploaded each time: it is for one reader, and where it lies is not remembered.
func (w *WhatsApp) document(ctx context.Context, cli *whatsmeow.Client, m messages.Outbound, around *waE2E.ContextInfo) (*waE2E.Message, error) {
	d := m.Document
	if len(d.Data) == 0 {
		return nil, &messages.SendError{Code: "empty", Cause: errors.New("the document has no bytes")}
	}
	up, err := cli.Upload(ctx, d.Data, whatsmeow.MediaDocument)
	if err != nil {
		return nil, err
	}
	file := &waE2E.DocumentMessage{
		FileName: proto.String(d.Name), Title: proto.String(d.Name), Mimetype: proto.String(d.Type),
		URL: proto.String(up.URL), DirectPath: proto.String(up.DirectPath), MediaKey: up.MediaKey,
		FileSHA256: up.FileSHA256, FileEncSHA256: up.FileEncSHA256, FileLength: proto.Uint64(up.FileLength), ContextInfo: around,
	}
	content := &waE2E.Message{DocumentMessage: file}
	caption := format(m.Body) + w.lines(m)
	if caption == "" {
		return content, nil
	}
	file.Caption = proto.String(caption)
	// The apps show the words under a file only where the message is wrapped so.
	return &waE2E.Message{DocumentWithCaptionMessage: &waE2E.FutureProofMessage{Message: content}}, nil
}
