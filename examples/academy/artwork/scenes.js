// The academy's pictures, painted on a canvas. Runs in a browser page; render.mjs drives it.
// Every scene is a function of a seed, so painting again gives the same picture.
import { glow, grain, noiseFrom, randomFrom, ridge, runner, verticalGradient } from "./brushes.js";
import { dawn } from "./dawn.js";

const LIME = "#d7f24b";

/** An athletics track at night, lanes running away from the viewer. */
function track(context, width, height, random) {
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#061715"],
      [0.42, "#10403b"],
      [0.5, "#2d6a5d"],
    ],
    0,
    height,
  );
  context.fillRect(0, 0, width, height);
  const horizon = height * 0.46;
  const noise = noiseFrom(random);
  ridge(context, width, height, {
    base: horizon - height * 0.025,
    relief: height * 0.035,
    frequency: 9,
    offset: 8,
    noise,
    fill: "#082421",
  });
  for (let mast = 0; mast < 5; mast++) {
    const x = width * (0.06 + mast * 0.215);
    const y = height * (0.13 + Math.abs(mast - 2) * 0.016);
    context.fillStyle = "#0a2a27";
    context.fillRect(x - width * 0.002, y, width * 0.004, horizon - y);
    glow(context, x, y, height * 0.36, "rgba(233, 255, 214, 0.3)");
    glow(context, x, y, height * 0.05, "rgba(250, 255, 236, 0.95)");
  }
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#7c3a2a"],
      [0.35, "#a34a30"],
      [1, "#5b2119"],
    ],
    horizon,
    height,
  );
  context.fillRect(0, horizon, width, height - horizon);
  const vanishing = [width * 0.62, horizon - height * 0.02];
  for (let lane = -9; lane <= 9; lane++) {
    const x = width * 0.42 + lane * width * 0.21;
    context.fillStyle = `rgba(255, 244, 226, ${lane === 2 ? 0.95 : 0.72})`;
    context.beginPath();
    context.moveTo(...vanishing);
    context.lineTo(x - width * 0.008, height * 1.02);
    context.lineTo(x + width * 0.008, height * 1.02);
    context.fill();
  }
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#2d6a5d"],
      [1, "rgba(45,106,93,0)"],
    ],
    horizon - height * 0.03,
    horizon + height * 0.1,
  );
  context.fillRect(0, horizon - height * 0.03, width, height * 0.13);
  const people = [
    [0.36, 0.83, 0.33, LIME],
    [0.545, 0.69, 0.19, "#0c2a2a"],
    [0.655, 0.605, 0.105, "#0c2a2a"],
  ];
  people.forEach(([x, y, size, vest], index) => {
    context.fillStyle = "rgba(20, 6, 4, 0.35)";
    context.beginPath();
    context.ellipse(
      width * x - height * size * 0.22,
      height * y + height * size * 0.015,
      height * size * 0.42,
      height * size * 0.032,
      0,
      0,
      7,
    );
    context.fill();
    runner(context, width * x, height * y, height * size, index * 1.7 + 0.7, {
      body: "#071a1a",
      vest,
    });
  });
}

/** A coast road in the afternoon. */
function coast(context, width, height, random) {
  const noise = noiseFrom(random);
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#7fb7bd"],
      [0.3, "#bcd9d0"],
      [0.46, "#f2e8cf"],
    ],
    0,
    height,
  );
  context.fillRect(0, 0, width, height);
  glow(context, width * 0.22, height * 0.3, height * 0.5, "rgba(255, 248, 224, 0.8)");
  const horizon = height * 0.44;
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#8fc2c0"],
      [0.25, "#3f8b90"],
      [1, "#0f4c57"],
    ],
    horizon,
    height,
  );
  context.fillRect(0, horizon, width, height - horizon);
  for (let wave = 0; wave < 900; wave++) {
    const depth = random() ** 2;
    const y = horizon + depth * (height - horizon);
    context.fillStyle = `rgba(240, 252, 244, ${0.05 + random() * 0.2})`;
    context.fillRect(random() * width, y, width * (0.004 + depth * 0.05), 1 + depth * 3);
  }
  ["#8fb0a4", "#5d8d83", "#2e6560"].forEach((fill, index) => {
    const start = width * (0.5 - index * 0.06);
    context.fillStyle = fill;
    context.beginPath();
    context.moveTo(start, horizon + height * 0.035 * (index + 1));
    for (let x = start; x <= width; x += 2) {
      const along = (x - start) / (width - start);
      const rise = along ** 0.7 * height * (0.1 + index * 0.025);
      const bumps = noise(index * 50 + along * 5) * height * 0.045 * Math.min(1, along * 4);
      context.lineTo(x, horizon + height * 0.035 * (index + 1) - rise + bumps);
    }
    context.lineTo(width, height);
    context.lineTo(start, horizon + height * 0.035 * (index + 1));
    context.fill();
  });
  context.fillStyle = "#17423f";
  context.beginPath();
  context.moveTo(width, height * 0.55);
  context.bezierCurveTo(
    width * 0.76,
    height * 0.6,
    width * 0.78,
    height * 0.72,
    width * 0.3,
    height,
  );
  context.lineTo(width, height);
  context.fill();
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#d9d2bd"],
      [1, "#8f8a7c"],
    ],
    height * 0.55,
    height,
  );
  context.beginPath();
  context.moveTo(width, height * 0.565);
  context.bezierCurveTo(
    width * 0.8,
    height * 0.62,
    width * 0.84,
    height * 0.74,
    width * 0.4,
    height,
  );
  context.lineTo(width * 0.92, height);
  context.bezierCurveTo(
    width * 0.98,
    height * 0.8,
    width * 0.9,
    height * 0.66,
    width,
    height * 0.6,
  );
  context.fill();
  runner(context, width * 0.735, height * 0.83, height * 0.235, 0.9, {
    body: "#0b2424",
    vest: LIME,
  });
  runner(context, width * 0.835, height * 0.715, height * 0.14, 2.7, {
    body: "#0b2424",
    vest: "#f07c4a",
  });
}

/** Forest in mist with a path. */
function forest(context, width, height, random) {
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#c9d8a8"],
      [0.5, "#e9e6bd"],
      [1, "#7d9a6d"],
    ],
    0,
    height,
  );
  context.fillRect(0, 0, width, height);
  glow(context, width * 0.6, height * 0.28, height * 0.8, "rgba(255, 252, 220, 0.9)");
  for (let layer = 0; layer < 6; layer++) {
    const near = layer / 5;
    const shade = [0, 1, 2].map((channel) => {
      const far = [176, 194, 148][channel];
      const close = [8, 34, 30][channel];
      return Math.round(far + (close - far) * near ** 0.8);
    });
    const ground = height * (0.58 + near * 0.26);
    context.fillStyle = `rgb(${shade})`;
    const trunks = Math.round(34 - layer * 4.6);
    for (let trunk = 0; trunk < trunks; trunk++) {
      const x = random() * width;
      const clearing = Math.abs(x / width - 0.56) < 0.05 + near * 0.16;
      if (clearing) continue;
      const thickness = width * (0.004 + near * 0.017) * (0.7 + random() * 0.6);
      const lean = (random() - 0.5) * width * 0.015;
      context.beginPath();
      context.moveTo(x - thickness * 0.6, ground + height * 0.03);
      context.lineTo(x - thickness * 0.35 + lean, 0);
      context.lineTo(x + thickness * 0.35 + lean, 0);
      context.lineTo(x + thickness * 0.6, ground + height * 0.03);
      context.fill();
      for (let branch = 0; branch < 7; branch++) {
        const y = random() * ground * 0.75;
        context.save();
        context.globalAlpha = 0.16 + near * 0.16;
        context.beginPath();
        context.ellipse(
          x + lean * 0.5,
          y,
          width * (0.03 + near * 0.05) * (0.4 + random()),
          height * (0.008 + near * 0.016),
          (random() - 0.5) * 0.5,
          0,
          7,
        );
        context.fill();
        context.restore();
      }
    }
    const noise = noiseFrom(random);
    ridge(context, width, height, {
      base: ground + height * 0.02,
      relief: height * 0.03,
      frequency: 3,
      offset: layer * 11,
      noise,
      fill: `rgb(${shade})`,
    });
  }
  context.fillStyle = verticalGradient(
    context,
    [
      [0, "#e8dcae"],
      [1, "#b39a6a"],
    ],
    height * 0.6,
    height,
  );
  context.beginPath();
  context.moveTo(width * 0.56, height * 0.61);
  context.bezierCurveTo(
    width * 0.66,
    height * 0.72,
    width * 0.44,
    height * 0.8,
    width * 0.36,
    height,
  );
  context.lineTo(width * 0.72, height);
  context.bezierCurveTo(
    width * 0.66,
    height * 0.82,
    width * 0.74,
    height * 0.72,
    width * 0.57,
    height * 0.61,
  );
  context.fill();
  runner(context, width * 0.55, height * 0.86, height * 0.25, 0.75, {
    body: "#071f1d",
    vest: LIME,
  });
  for (let ray = 0; ray < 7; ray++) {
    const x = width * (0.3 + ray * 0.09);
    const light = context.createLinearGradient(0, 0, 0, height * 0.85);
    light.addColorStop(0, "rgba(255, 255, 222, 0.17)");
    light.addColorStop(1, "rgba(255, 255, 222, 0)");
    context.fillStyle = light;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x + width * 0.03, 0);
    context.lineTo(x - width * 0.1, height * 0.85);
    context.lineTo(x - width * 0.19, height * 0.85);
    context.fill();
  }
}

/**
 * Paints one picture and returns it as a JPEG data URL.
 * `quality` is 0 to 1; `grainStrength` is in levels of 255.
 */
export function paint({ scene, seed, width, height, quality, grainStrength }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const random = randomFrom(seed);
  ({ dawn, track, coast, forest })[scene](context, width, height, random);
  grain(context, width, height, random, grainStrength);
  return canvas.toDataURL("image/jpeg", quality);
}
