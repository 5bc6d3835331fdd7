package whatsapptest

import (
	"context"
	"errors"
	"fmt"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waAdv"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"google.golang.org/protobuf/proto"
)

// Platform is what linked devices learn about the phone they are linked to.
const Platform = "android"

// Link makes a device in the container that is linked to a number, as if the number's phone had scanned its QR code, and
// knows it from then on. A number that is new gets a silent phone: others encrypt for it, but nobody reads there. The
// error is the container's.
func (s *Server) Link(ctx context.Context, container *sqlstore.Container, number string) (*store.Device, error) {
	device := container.NewDevice()
	if err := s.register(ctx, device, number, true); err != nil {
		return nil, err
	}
	if err := device.Identities.PutIdentity(ctx, s.LID(number).SignalAddress().String(), s.phoneKey(number)); err != nil {
		return nil, fmt.Errorf("keep the phone's key: %w", err)
	}
	return device, nil
}

// phoneKey is the public key of a number's phone.
func (s *Server) phoneKey(number string) [32]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.account(number).key.Pub
}

// register makes a new device one of a number's: a linked one, or the phone itself.
func (s *Server) register(ctx context.Context, device *store.Device, number string, linked bool) error {
	s.mu.Lock()
	a := s.account(number)
	id := uint16(0)
	if linked {
		if a.devices[0] == nil {
			a.silentPhone()
		}
		id = a.nextID()
	} else {
		a.key = device.IdentityKey
	}
	identity := a.vouch(*device.IdentityKey.Pub, id)
	s.mu.Unlock()
	if id > maxDevice {
		return errors.New("the number has too many devices")
	}
	identity.DeviceSignature = sign(device.IdentityKey, whatsmeow.AdvDeviceSignaturePrefix, identity.Details,
		device.IdentityKey.Pub[:], identity.AccountSignatureKey)
	pn, lid := a.pn, a.lid
	pn.Device, lid.Device = id, id
	device.ID, device.LID, device.Account, device.Platform = &pn, lid, identity, Platform
	if err := device.Save(ctx); err != nil {
		return fmt.Errorf("keep the device: %w", err)
	}
	if err := device.LIDs.PutLIDMapping(ctx, a.lid, a.pn); err != nil {
		return fmt.Errorf("keep the number's other address: %w", err)
	}
	oneTime, err := device.PreKeys.GetOrGenPreKeys(ctx, whatsmeow.WantedPreKeyCount)
	if err != nil {
		return fmt.Errorf("make keys: %w", err)
	}
	if err := device.PreKeys.MarkPreKeysAsUploaded(ctx, oneTime[len(oneTime)-1].KeyID); err != nil {
		return fmt.Errorf("keep the keys: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.addDevice(a, id, *device.NoiseKey.Pub, *device.IdentityKey.Pub)
	d.registration = device.RegistrationID
	d.signed = publicPart(device.SignedPreKey)
	for _, k := range oneTime {
		d.offer(publicPart(k))
	}
	return nil
}

// nextID reserves a number for a new device: it is never used again. The caller holds mu.
func (a *account) nextID() uint16 {
	a.lastID++
	return a.lastID
}

// addDevice adds a device to an account and tells who knows the account. The caller holds mu.
func (s *Server) addDevice(a *account, id uint16, noise, identity [32]byte) *device {
	d := &device{account: a, id: id, noise: noise, identity: identity}
	a.devices[id] = d
	s.devicesChanged(d, "add")
	return d
}

// vouch is the phone's word for a device, signed with its key. The device has yet to add its own signature. The caller
// holds mu.
func (a *account) vouch(identity [32]byte, index uint16) *waAdv.ADVSignedDeviceIdentity {
	details, err := proto.Marshal(&waAdv.ADVDeviceIdentity{
		RawID: proto.Uint32(1), Timestamp: proto.Uint64(1), KeyIndex: proto.Uint32(uint32(index)),
	})
	if err != nil {
		panic(fmt.Sprintf("write a device's identity: %v", err)) // three numbers always can be written
	}
	return &waAdv.ADVSignedDeviceIdentity{
		Details: details, AccountSignatureKey: a.key.Pub[:],
		AccountSignature: sign(a.key, whatsmeow.AdvAccountSignaturePrefix, details, identity[:]),
	}
}
